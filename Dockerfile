# One image for every role: migrate, api, worker and the bank simulator differ by their command only.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/onnuri
COPY constraints.txt pyproject.toml README.md LICENSE ./
# Dependencies first, with an empty package: they change less often than the code.
RUN mkdir -p onnuri migrations && touch onnuri/__init__.py migrations/.keep \
 && /opt/onnuri/bin/pip install -c constraints.txt hatchling \
 && /opt/onnuri/bin/pip install -c constraints.txt --no-build-isolation .
COPY onnuri ./onnuri
COPY migrations ./migrations
RUN /opt/onnuri/bin/pip install --no-build-isolation --no-deps --force-reinstall . \
 && /opt/onnuri/bin/pip uninstall --yes hatchling

FROM python:3.13-slim
ENV PATH=/opt/onnuri/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ONNURI_DATA_DIR=/var/lib/onnuri
# A Korean font for the names on the stickers drawn as PNG.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-nanum && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 onnuri \
 && useradd --uid 10001 --gid onnuri --no-create-home --home-dir /var/lib/onnuri --shell /usr/sbin/nologin onnuri \
 && install -d -o onnuri -g onnuri -m 0700 /var/lib/onnuri
COPY --from=build /opt/onnuri /opt/onnuri
USER onnuri
WORKDIR /var/lib/onnuri
VOLUME /var/lib/onnuri
EXPOSE 8080
ENTRYPOINT ["onnuri"]
CMD ["up", "--host", "0.0.0.0", "--port", "8080"]
