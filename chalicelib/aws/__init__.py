"""The only package that knows the AWS SDK; the slices above see tables, queues, objects and keys as plain values."""
