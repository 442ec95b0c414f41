package dev.millrace.bench.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnobTest {
    @Test
    void triesOnlyWhatTheEngineHasAndOnlyValuesThatAreNotItsDefaults() {
        assertFalse(Knob.usual().isEmpty());
        for (Knob knob : Knob.usual()) {
            Optional<String> standard = Knob.defaultOf(knob.key());
            assertTrue(standard.isPresent(), knob.key());
            assertFalse(knob.values().isEmpty(), knob.key());
            assertFalse(knob.values().contains(standard.orElseThrow()), knob.key());
        }
    }

    @Test
    void readsASettingWithItsValues() {
        assertEquals(new Knob("memory.misuse", List.of("off", "check")), Knob.parse("memory.misuse=off,check"));
        assertThrows(IllegalArgumentException.class, () -> Knob.parse("memory.misuse"));
        assertThrows(IllegalArgumentException.class, () -> Knob.parse("memory.misuse="));
        assertThrows(IllegalArgumentException.class, () -> Knob.parse("memory.misuze=off"));
    }
}
