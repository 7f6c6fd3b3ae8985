"""The figures of a cycle, the sentence, the exports."""
