# The engine. Build it from the repository's root, for a CPU:
#   docker build -f deploy/engine.Dockerfile -t salon-engine .
# for an NVIDIA GPU, whose compiled network also needs the C compiler of the larger base:
#   docker build -f deploy/engine.Dockerfile -t salon-engine:cuda \
#     --build-arg BASE=python:3.13-trixie --build-arg TORCH_INDEX=https://pypi.org/simple .
ARG BASE=python:3.13-slim-trixie
FROM ${BASE} AS build
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
# Apart from the sources, so that a new version of Salon does not fetch torch again.
RUN python -m venv /opt/salon \
    && /opt/salon/bin/pip install --no-cache-dir --constraint constraints.txt --extra-index-url ${TORCH_INDEX} torch
COPY bot bot
COPY engine engine
COPY storage storage
RUN /opt/salon/bin/pip install --no-cache-dir --constraint constraints.txt --extra-index-url ${TORCH_INDEX} '.[engine]'

FROM ${BASE}
RUN groupadd --system --gid 10001 salon \
    && useradd --system --uid 10001 --gid salon --home-dir /var/cache/salon --create-home salon \
    && install -d -o salon -g salon /run/salon
COPY --from=build /opt/salon /opt/salon
ENV PATH=/opt/salon/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HOME=/var/cache/salon/huggingface \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    SALON_ENGINE__DATA_DIR=/var/cache/salon \
    SALON_ENGINE__LISTEN=/run/salon/engine.sock
USER salon
WORKDIR /var/cache/salon
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=30s --start-period=180s CMD ["salon", "models", "--json"]
ENTRYPOINT ["salon"]
CMD ["serve"]
