# syntax=docker/dockerfile:1
# Both base images are arguments, for registries of your own.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=node:24-bookworm-slim

# The bundle is the same for every architecture, so it is built once, on the machine's own.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
ARG VERSION=0.1.0
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY hack/build.ts hack/build.ts
COPY src src
RUN TRINO_OPERATOR_VERSION=${VERSION} node hack/build.ts

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Trino Operator" \
      org.opencontainers.image.description="Runs Trino clusters on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /source/dist /app
COPY LICENSE /app/LICENSE
# Node reads from the network into buffers of 64 KiB. Below this size glibc keeps what is freed; from it on the system gets it back.
ENV NODE_ENV=production MALLOC_MMAP_THRESHOLD_=32768
USER 65532:65532
ENTRYPOINT ["node", "--max-old-space-size-percentage=70", "--max-semi-space-size=4", "/app/operator.js"]
CMD ["run"]
