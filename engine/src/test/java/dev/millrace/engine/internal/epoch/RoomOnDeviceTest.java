package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.StorageFullException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RoomOnDeviceTest {
    private final List<String> events = new ArrayList<>();
    private boolean isJobOver;
    private int attemptsWithoutRoom;
    private final RoomOnDevice room =
            new RoomOnDevice(() -> isJobOver, () -> events.add("missing"), this::pause, () -> events.add("back"));

    private void pause() {
        assertTrue(room.isMissing());
        events.add("pause");
        attemptsWithoutRoom--;
    }

    private void write() {
        if (attemptsWithoutRoom > 0) {
            throw new StorageFullException("writing", Path.of("/log"), new IOException("No space left on device"));
        }
        events.add("written");
    }

    @Test
    void writesAtOnceWhereThereIsRoom() {
        room.use(this::write);
        assertEquals(List.of("written"), events);
        assertEquals(0, room.missingCount());
    }

    @Test
    void triesAgainAfterEachPauseUntilThereIsRoom() {
        attemptsWithoutRoom = 2;
        room.use(this::write);
        assertEquals(List.of("missing", "pause", "pause", "written", "back"), events);
        assertFalse(room.isMissing());
        assertEquals(1, room.missingCount());
    }

    @Test
    void givesUpWhenTheJobIsOver() {
        attemptsWithoutRoom = 1;
        isJobOver = true;
        assertThrows(StorageFullException.class, () -> room.use(this::write));
        assertEquals(List.of(), events);
    }
}
