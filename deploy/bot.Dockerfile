# The bot: no torch, no model. Build it from the repository's root:
#   docker build -f deploy/bot.Dockerfile -t salon-bot .
FROM python:3.13-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/salon
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY engine engine
COPY storage storage
RUN /opt/salon/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.13-slim-trixie
RUN groupadd --system --gid 10001 salon \
    && useradd --system --uid 10001 --gid salon --home-dir /var/lib/salon --create-home salon \
    && install -d -o salon -g salon /var/lib/salon/backups /run/salon
COPY --from=build /opt/salon /opt/salon
ENV PATH=/opt/salon/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SALON_DATA_DIR=/var/lib/salon \
    SALON_METRICS__PORT=9464
USER salon
WORKDIR /var/lib/salon
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9464/metrics', timeout=5)"]
ENTRYPOINT ["salon"]
CMD ["run"]
