# One image for the web and the worker: `commoncast serve --no-worker`, `commoncast worker`.

FROM node:24-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --ignore-scripts
COPY frontend ./
RUN npm run build

FROM python:3.13-slim-bookworm AS python
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/commoncast
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY app app
COPY media_pipeline media_pipeline
COPY feeds feeds
# "[transcribe]" for transcripts by machine.
ARG EXTRAS=""
RUN /opt/commoncast/bin/pip install -c constraints.txt --editable ".$EXTRAS"

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="Commoncast" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
# The wall around media programs, where the container may build it: docs/operating.md.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /data commoncast
WORKDIR /src
COPY --from=python /opt/commoncast /opt/commoncast
COPY . .
COPY --from=frontend /src/app/static/dist app/static/dist
ENV PATH=/opt/commoncast/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COMMONCAST_DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
# Python as process 1 would leave ended media programs lying about: see `init` in
# compose.yaml, or start the container with --init.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["commoncast", "serve", "--host", "0.0.0.0"]
