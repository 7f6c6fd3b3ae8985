"""What every page needs: access, headers, fields, language, logs, paging."""
