package cairn.appliance.server;

/** What the service counts and measures. Asked on request threads. */
@FunctionalInterface
public interface Scrape {

  /** In Prometheus' text format, version 0.0.4, UTF-8. */
  byte[] text();
}
