"""One file for each way of painting, all under the contract of `engine.families.base`."""
