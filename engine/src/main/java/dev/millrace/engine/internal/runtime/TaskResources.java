package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.List;

/** What is closed with a task, the last one first. For the thread that builds the task, and the one that closes it. */
final class TaskResources {
    private final List<AutoCloseable> resources = new ArrayList<>();

    void add(AutoCloseable resource) {
        resources.add(resource);
    }

    /** @param task whose they are */
    void close(String task) {
        RuntimeException problem = null;
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception e) {
                if (problem == null) {
                    problem = new IllegalStateException("task could not be closed: task=" + task, e);
                } else {
                    problem.addSuppressed(e);
                }
            }
        }
        resources.clear();
        if (problem != null) {
            throw problem;
        }
    }
}
