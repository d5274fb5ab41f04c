package cairn.network.address;

import cairn.network.Ipv4Address;
import cairn.network.address.FreeRange.Route;
import cairn.network.program.ProgramRunner;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ways that this host knows, in all its routing tables. */
public final class HostRoutes {

  private static final JsonMapper JSON = new JsonMapper();

  private final ProgramRunner programs;

  public HostRoutes(ProgramRunner programs) {
    this.programs = programs;
  }

  public List<Route> observe() {
    return parse(
        programs
            .run("ip", "-j", "-4", "route", "show", "table", "all")
            .orFault("RoutesUnreadable", "list routes"));
  }

  /** Reads what {@code ip -j -4 route show table all} says. The default route is left out. */
  static List<Route> parse(String json) {
    List<Route> routes = new ArrayList<>();
    for (JsonNode node : JSON.readTree(json)) {
      String text = node.path("dst").asString("default");
      int slash = text.indexOf('/');
      int length = slash < 0 ? 32 : Integer.parseInt(text.substring(slash + 1));
      if (!text.equals("default") && length > 0) {
        routes.add(
            new Route(Ipv4Address.parse(slash < 0 ? text : text.substring(0, slash)), length));
      }
    }
    return List.copyOf(routes);
  }
}
