"""A driver's rights: export and erasure of what is stored of a subject, and sharing it with a third party."""
