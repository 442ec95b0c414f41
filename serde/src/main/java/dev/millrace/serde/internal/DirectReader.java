package dev.millrace.serde.internal;

/** Reads messages of records that have nothing outside of slots, if they are as every writer of Protobuf has them. */
interface DirectReader {
    /**
     * Fills the slots of a record with the fields that are there.
     *
     * @param limit where the message ends; in the array
     * @param target takes a blob from its start on, and holds what there is before anything is read
     * @return the limit; another place if the message is to be read in another way
     */
    int read(byte[] source, int at, int limit, byte[] target);
}
