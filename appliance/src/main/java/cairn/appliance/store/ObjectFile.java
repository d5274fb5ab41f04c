package cairn.appliance.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One H2 file with the state of all objects. Append-only: H2 2.5.252 was seen to lose synced
 * transactions once it reuses file space, so it never may; the file only grows and is replaced by a
 * fresh one now and then. Used by one thread at a time.
 */
final class ObjectFile implements AutoCloseable {

  /** The layout written here. Raise it with every change that an older Cairn cannot read. */
  static final int FORMAT = 1;

  /**
   * WRITE_DELAY=0: no writer thread of H2's own, each commit is one write. The cache is small
   * because all objects are in our memory anyway.
   */
  private static final String OPTIONS =
      ";WRITE_DELAY=0;REUSE_SPACE=FALSE;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE"
          + ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;CACHE_SIZE=4096";

  private static final String COLUMNS =
      "id bigint primary key, resource varchar not null, namespace varchar not null,"
          + " name varchar not null, uid uuid not null, revision bigint not null,"
          + " document varbinary not null, private_document varbinary not null,"
          + " age_millis bigint not null";

  /**
   * Everything in a file.
   *
   * @param objects short-lived ones included, oldest revision first
   * @param ages of the short-lived ones
   * @param ceiling no revision above this was ever shown
   */
  record Contents(List<Stored> objects, Map<Key, Duration> ages, Revision ceiling) {}

  /** What one transaction changes: the new state of each key, empty for a removed one. */
  record Batch(Map<Key, Optional<Stored>> states, Map<Key, Duration> ages, Revision ceiling) {}

  private final Path path;
  private final Connection connection;

  /** Where each object is. Keys are not indexed in the file: a second tree doubles each write. */
  private final Map<Key, Long> rows = new HashMap<>();

  private long nextRow = 1;

  private ObjectFile(Path path, Connection connection) {
    this.path = path;
    this.connection = connection;
  }

  /** Fills an empty file; it is synced when this returns. */
  static ObjectFile create(Path empty, Batch contents) throws SQLException {
    ObjectFile file = new ObjectFile(empty, connect(empty));
    try {
      file.execute("create table format(version int not null)");
      file.execute("insert into format values(" + FORMAT + ")");
      file.execute("create table counter(ceiling bigint not null)");
      file.execute("insert into counter values(0)");
      file.execute("create table object(" + COLUMNS + ")");
      file.execute("create table event(" + COLUMNS + ")");
      file.commit(contents);
      return file;
    } catch (SQLException e) {
      file.abandon(e);
      throw e;
    }
  }

  /**
   * @throws StoreUnusable if it is not a store, is damaged, or was written by a newer Cairn
   */
  static ObjectFile open(Path path) {
    try {
      ObjectFile file = new ObjectFile(path, connect(path));
      try {
        file.checkFormat();
        return file;
      } catch (SQLException | StoreUnusable e) {
        file.abandon(e);
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreUnusable(
          "The store file %s cannot be read (%s). Put back a copy of it, or move it away to begin with an empty store; then start again"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  private static Connection connect(Path path) throws SQLException {
    String name = path.toString().replaceFirst("\\.mv\\.db$", "");
    Connection connection =
        DriverManager.getConnection("jdbc:h2:file:" + name + OPTIONS, "cairn", "");
    connection.setAutoCommit(false);
    return connection;
  }

  private void checkFormat() throws SQLException {
    int found = (int) number("select version from format");
    if (found > FORMAT) {
      throw new StoreUnusable(
          "The store file %s has format %d, written by a newer Cairn; this one knows formats up to %d. Start the newer Cairn, or put back a copy from before it was installed"
              .formatted(path, found, FORMAT));
    }
  }

  private long number(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      if (!result.next()) {
        throw new SQLException("no row for: " + query);
      }
      return result.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Reads everything. Called once, before the first commit. */
  Contents load() {
    try {
      List<Stored> objects = new ArrayList<>();
      Map<Key, Duration> ages = new HashMap<>();
      load("object", objects, ages);
      load("event", objects, ages);
      ages.keySet().removeIf(key -> !ShortLived.includes(key));
      objects.sort(Comparator.comparing(Stored::revision));
      return new Contents(objects, ages, new Revision(number("select ceiling from counter")));
    } catch (SQLException | IllegalArgumentException e) {
      throw new StoreUnusable(
          "The store file %s opens but its objects cannot be read (%s). Put back a copy of it, or move it away to begin with an empty store; then start again"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  private void load(String table, List<Stored> objects, Map<Key, Duration> ages)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select id, resource, namespace, name, uid, revision, document,"
                    + " private_document, age_millis from "
                    + table)) {
      while (row.next()) {
        Key key = new Key(row.getString(2), row.getString(3), row.getString(4));
        objects.add(
            new Stored(
                key,
                row.getObject(5, UUID.class),
                new Revision(row.getLong(6)),
                row.getBytes(7),
                row.getBytes(8)));
        ages.put(key, Duration.ofMillis(row.getLong(9)));
        rows.put(key, row.getLong(1));
        nextRow = Math.max(nextRow, row.getLong(1) + 1);
      }
    }
  }

  /** One transaction; when it returns, it survives a power cut. */
  void commit(Batch batch) throws SQLException {
    write("object", batch, false);
    write("event", batch, true);
    try (PreparedStatement counter =
        connection.prepareStatement("update counter set ceiling = ? where ceiling <> ?")) {
      counter.setLong(1, batch.ceiling().value());
      counter.setLong(2, batch.ceiling().value());
      counter.executeUpdate();
    }
    connection.commit();
    execute("checkpoint sync");
  }

  private void write(String table, Batch batch, boolean shortLived) throws SQLException {
    try (PreparedStatement put =
            connection.prepareStatement(
                "merge into " + table + " key(id) values(?, ?, ?, ?, ?, ?, ?, ?, ?)");
        PreparedStatement remove =
            connection.prepareStatement("delete from " + table + " where id = ?")) {
      for (Map.Entry<Key, Optional<Stored>> state : batch.states().entrySet()) {
        if (ShortLived.includes(state.getKey()) != shortLived) {
          continue;
        }
        if (state.getValue().isPresent()) {
          put(put, state.getValue().get(), batch.ages());
        } else {
          remove(remove, state.getKey());
        }
      }
    }
  }

  private void put(PreparedStatement put, Stored object, Map<Key, Duration> ages)
      throws SQLException {
    put.setLong(1, rows.computeIfAbsent(object.key(), _ -> nextRow++));
    put.setString(2, object.key().resource());
    put.setString(3, object.key().namespace());
    put.setString(4, object.key().name());
    put.setObject(5, object.uid());
    put.setLong(6, object.revision().value());
    put.setBytes(7, object.document());
    put.setBytes(8, object.privateDocument());
    put.setLong(9, ages.getOrDefault(object.key(), Duration.ZERO).toMillis());
    put.executeUpdate();
  }

  private void remove(PreparedStatement remove, Key key) throws SQLException {
    Long row = rows.remove(key);
    if (row != null) {
      remove.setLong(1, row);
      remove.executeUpdate();
    }
  }

  long size() throws IOException {
    return Files.size(path);
  }

  /**
   * Closes without a last write: everything that counts is synced already, and a close that writes
   * is one more thing to fail.
   */
  @Override
  public void close() throws SQLException {
    try (connection) {
      execute("shutdown immediately");
    }
  }

  private void abandon(Exception why) {
    try {
      close();
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }
}
