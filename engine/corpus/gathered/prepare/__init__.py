"""Preparing pictures for training: small named steps, put together to pipelines."""
