package cairn.appliance.store;

/** A point in the one history of all objects; grows with every write, never reused. */
public record Revision(long value) implements Comparable<Revision> {

  public Revision {
    if (value < 0) {
      throw new IllegalArgumentException("revision is " + value + ", expected zero or more");
    }
  }

  @Override
  public int compareTo(Revision other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
