# Two images. `gridfleet` is every process: api, worker, migrate, sim and the other commands. `web` is the gateway: nginx with
# the UI in it (docker build --target web).
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY sim/package.json sim/
COPY api/package.json api/
COPY worker/package.json worker/
COPY cli/package.json cli/
COPY bench/package.json bench/
COPY web/package.json web/
RUN npm ci --no-progress
COPY . .
RUN npm run build && npm prune --omit=dev

FROM nginx:1.28 AS web
ENV WEB_ROOT=/usr/share/nginx/html MIME_TYPES=/etc/nginx/mime.types GATEWAY_INCLUDES=/etc/nginx/conf.d GATEWAY_LISTEN=8080
COPY --from=build /app/web/dist /usr/share/nginx/html
COPY nginx.conf /etc/nginx/templates/default.conf.template
COPY deploy/gridfleet-proxy.inc /etc/nginx/templates/gridfleet-proxy.inc.template
COPY deploy/gridfleet-page.inc /etc/nginx/templates/gridfleet-page.inc.template
# The official image fills the templates in at the start; nothing else is written, so that it need not be root.
RUN chown -R nginx:nginx /etc/nginx/conf.d /var/cache/nginx && sed -i '/^user /d; s|/run/nginx.pid|/tmp/nginx.pid|' /etc/nginx/nginx.conf
USER nginx
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --retries=6 CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/health/live"]

FROM node:20-bookworm-slim AS gridfleet
ENV NODE_ENV=production WEB_DIST=/app/web/dist METRICS_PORT=8421
WORKDIR /app
COPY --from=build --chown=node:node /app /app
USER node
ENTRYPOINT ["node", "cli/bin/gridfleet.js"]
CMD ["api"]
