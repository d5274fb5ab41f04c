package cairn.network.link;

import cairn.network.MacAddress;

/**
 * A bridge as it should be: no spanning tree and no forward delay, so that a port carries traffic
 * at once.
 *
 * @param address of the host on it, with prefix length, as in 10.66.10.1/24
 * @param alias words for people, and what we must know of it after a crash; no blanks
 */
public record Bridge(String name, MacAddress mac, String address, String alias) {}
