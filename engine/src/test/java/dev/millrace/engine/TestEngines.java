package dev.millrace.engine;

import dev.millrace.engine.internal.runtime.Seams;

/** Opens engines with other doors to the outside, for tests in other packages. */
public final class TestEngines {
    private TestEngines() {}

    public static Engine open(EngineConfig config, Seams seams) {
        return Engine.open(config, seams);
    }
}
