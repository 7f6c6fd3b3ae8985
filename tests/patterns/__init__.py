"""Every pattern of the product takes linear time, whatever text it meets."""
