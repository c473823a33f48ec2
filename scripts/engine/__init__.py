"""A private Docker Engine and images without a registry, for tests: what scripts/docker-engine and docker-images do."""
