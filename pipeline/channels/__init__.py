"""The channels: what each one's bytes mean. One file a channel, each a pure ``parse``."""
