package cairn.appliance.store;

/**
 * What a store has done since it was opened.
 *
 * @param fileSize bytes on disk now
 * @param rotations how often a fresh file was begun
 * @param syncs transactions made durable
 * @param writes acknowledged writes, those of short-lived objects included
 */
public record StoreFigures(long fileSize, long rotations, long syncs, long writes) {}
