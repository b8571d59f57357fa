import CFFmpeg
import Synchronization

/// Packets of the streams that pass by the frames, in the order read: filled by the reader, emptied by the writer.
/// Which of them come before a frame is fixed by their number, so that the output does not depend on timing.
final class PacketQueue: Sendable {
  private struct Packet: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVPacket>
  }
  private struct State {
    var waiting: [Packet] = []
    var head = 0
    var free: [Packet] = []
    var read = 0
    var isOpen = true
  }

  private let state = Mutex(State())

  deinit {
    state.withLock { state in
      for packet in state.waiting[state.head...] + state.free { freePacket(packet.pointer) }
    }
  }

  /// Packets put so far.
  var count: Int { state.withLock { $0.read } }

  /// Packets are wanted.
  var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Nobody wants packets: those waiting are dropped.
  func close() {
    state.withLock { state in
      for packet in state.waiting[state.head...] { freePacket(packet.pointer) }
      state.waiting = []
      state.head = 0
      state.isOpen = false
    }
  }

  /// Moves `packet` into the queue and leaves it empty.
  func put(_ packet: UnsafeMutablePointer<AVPacket>) {
    let moved = Packet(pointer: packet)
    state.withLock { state in
      guard state.isOpen else { return av_packet_unref(moved.pointer) }
      let place = state.free.popLast() ?? Packet(pointer: av_packet_alloc())
      av_packet_move_ref(place.pointer, moved.pointer)
      state.waiting.append(place)
      state.read += 1
    }
  }

  /// Moves the oldest packet among the first `mark` into the empty `packet`; false when none waits.
  func take(upTo mark: Int, into packet: UnsafeMutablePointer<AVPacket>) -> Bool {
    let target = Packet(pointer: packet)
    return state.withLock { state in
      let taken = state.read - (state.waiting.count - state.head)
      guard state.head < state.waiting.count, taken < mark else { return false }
      let place = state.waiting[state.head]
      av_packet_move_ref(target.pointer, place.pointer)
      state.free.append(place)
      state.head += 1
      if state.head > 64, state.head * 2 > state.waiting.count {
        state.waiting.removeFirst(state.head)
        state.head = 0
      }
      return true
    }
  }
}

/// Frees a packet and its reference.
func freePacket(_ packet: UnsafeMutablePointer<AVPacket>) {
  var packet: UnsafeMutablePointer<AVPacket>? = packet
  av_packet_free(&packet)
}
