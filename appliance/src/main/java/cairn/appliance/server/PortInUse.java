package cairn.appliance.server;

/** The address to listen on cannot be had. */
public final class PortInUse extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PortInUse(String host, int port, Throwable cause) {
    super(
        "cannot listen on "
            + host
            + " port "
            + port
            + ": "
            + cause.getMessage()
            + ". Stop what listens there (ss -ltnp 'sport = :"
            + port
            + "' names it), or choose another port: listen.port in cairn.yaml",
        cause);
  }
}
