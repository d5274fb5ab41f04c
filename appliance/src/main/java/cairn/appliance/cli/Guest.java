package cairn.appliance.cli;

/**
 * Whom ssh and scp are to reach: {@code [USER@]MACHINE}.
 *
 * @param user empty for ssh's own choice
 */
record Guest(String user, String machine) {

  static Guest parse(String text) {
    int at = text.lastIndexOf('@');
    Guest guest =
        at < 0 ? new Guest("", text) : new Guest(text.substring(0, at), text.substring(at + 1));
    if (at == 0 || guest.user().startsWith("-")) {
      throw new Failure(Failure.WRONG_USAGE, "'" + text + "' names no user before the @");
    }
    return guest;
  }
}
