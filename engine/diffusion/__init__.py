"""What the diffusion family needs: loading, prompts, schedulers, adapters, executors and the shared step."""
