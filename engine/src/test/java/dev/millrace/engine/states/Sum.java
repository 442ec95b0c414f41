package dev.millrace.engine.states;

/** A value of fixed size. */
record Sum(long count, long total) {
    static final Sum NONE = new Sum(0, 0);

    static Sum of(long number) {
        return new Sum(1, number);
    }

    Sum plus(long number) {
        return new Sum(count + 1, total + number);
    }

    Sum plus(Sum other) {
        return new Sum(count + other.count, total + other.total);
    }
}
