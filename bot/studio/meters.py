"""What is counted and measured, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)

ACCEPTED = Counter("salon_jobs_accepted", "Requests that were accepted.")
REFUSED = Counter("salon_jobs_refused", "Requests that were refused.", ["reason"])
ENDED = Counter("salon_jobs_ended", "Requests that came to an end.", ["state"])
PICTURES = Counter("salon_pictures_painted", "Pictures that were painted and stored.")
DEATHS = Counter("salon_engine_deaths", "Requests that were being painted when the engine died.")
LETTERS = Counter("salon_letters", "Results that were delivered, by the rung of the ladder.", ["outcome"])
RETRIES = Counter("salon_letter_retries", "Deliveries that will be tried again.")
WAITED = Histogram("salon_wait_seconds", "From a request to the beginning of its painting.", buckets=_SECONDS)
PAINTED = Histogram("salon_painting_seconds", "From the beginning of a painting to its end.", buckets=_SECONDS)
QUEUED = Gauge("salon_jobs_queued", "Requests that wait.")
RUNNING = Gauge("salon_jobs_running", "Requests that are being painted.")
ONLINE = Gauge("salon_engine_online", "1 while the engine answers.")
