"""A form whose sending counts does its thing once, however often it is sent."""
