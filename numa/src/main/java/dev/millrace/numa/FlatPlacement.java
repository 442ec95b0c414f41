package dev.millrace.numa;

/** The last rung: no wish is heard, nothing is known, everything works. */
record FlatPlacement(String reason) implements Placement {
    @Override
    public Rung rung() {
        return Rung.FLAT;
    }

    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        return false;
    }

    @Override
    public int nodeOf(long address) {
        return UNKNOWN_NODE;
    }
}
