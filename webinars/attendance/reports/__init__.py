"""What a video tool's report says: read from its bytes, or refused with a reason; who that is comes later."""
