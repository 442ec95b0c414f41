package dev.millrace.engine.internal.chain;

/** With one partition, a grouping stays inside its task: a full page is processed at once and filled again. */
final class LocalTarget implements PageTarget {
    private final KeyedHead head;

    LocalTarget(KeyedHead head) {
        this.head = head;
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public long send(int partition, long page) {
        head.process(page);
        return page;
    }

    @Override
    public void watermark(long watermark) {
        head.next().watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        head.next().barrier(barrier);
    }

    @Override
    public void flush() {
        head.next().flush();
    }
}
