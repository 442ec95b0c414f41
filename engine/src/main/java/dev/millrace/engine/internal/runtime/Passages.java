package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Passage;
import java.util.ArrayList;
import java.util.List;

/** The places where events may have to wait inside a task. For the thread that steps it. */
final class Passages {
    /** The last ones of the chain first. */
    private final List<Passage> passages = new ArrayList<>();

    /** Those behind it came before. */
    void add(Passage passage) {
        passages.add(passage);
    }

    /** Whether nothing waits, after trying again. What comes out of one passage may wait at another. */
    boolean areDrained() {
        for (int i = 0; i < passages.size(); ) {
            Passage passage = passages.get(i);
            if (passage.isDrained()) {
                i++;
            } else if (passage.drainOne()) {
                i = 0;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Whether one of them has something to do at a later time. */
    boolean waitsForTime() {
        for (int i = 0; i < passages.size(); i++) {
            if (passages.get(i).waitsForTime()) {
                return true;
            }
        }
        return false;
    }
}
