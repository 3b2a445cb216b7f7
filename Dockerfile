# sohoa: one image for the command line and the worker. Built in two stages, runs as nobody special.
#
#   docker build -t sohoa .
#   docker run --rm -v "$PWD/inbox:/inbox:ro" -v sohoa:/data sohoa digitize /inbox

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock ./
RUN python3 -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock

FROM debian:bookworm-slim
# tesseract-ocr-eng: machine-readable zones; fontconfig: where the fonts lie; libgl1 and libglib2.0-0: opencv-python links them; fonts: samples and cover sheets
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      python3 ca-certificates tesseract-ocr tesseract-ocr-vie tesseract-ocr-eng poppler-utils fontconfig \
      libgl1 libglib2.0-0 fonts-croscore fonts-noto-core fonts-dejavu \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --home-dir /data --create-home sohoa
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY pyproject.toml LICENSE NOTICE README.md ./
COPY models models
COPY pipeline pipeline
COPY registry registry
COPY storage storage
COPY flows flows
COPY api api
COPY scripts scripts
# The root on the path instead of an installed package; the code belongs to root and stays as it was built.
RUN printf '#!/bin/sh\nexec /app/.venv/bin/python -m scripts.cli "$@"\n' >/usr/local/bin/sohoa \
 && chmod 755 /usr/local/bin/sohoa
ENV PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    SOHOA_HOME=/data \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1
USER sohoa
WORKDIR /data
VOLUME /data
ENTRYPOINT ["sohoa"]
CMD ["--help"]
