"""A meeting on this machine: a room over WebRTC that one can hear and speak to, and a stub of the calling SDK."""
