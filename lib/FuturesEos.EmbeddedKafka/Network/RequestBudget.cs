namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>
/// Memory of all requests that arrive or are in work, as Kafka's <c>queued.max.request.bytes</c>, or of all answers
/// that are not sent yet. Requests over the budget wait, first come first served, and their sockets are not read
/// meanwhile. A share is for the whole request, so who has one never waits again; a request that is larger than the
/// budget is served when it is alone.
/// </summary>
internal sealed class RequestBudget(long bytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(int Share, TaskCompletionSource Room)> _waiting = new();
    private long _taken;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Takes a share as soon as there is room for it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited: nothing is taken.</exception>
    public async ValueTask TakeAsync(int share, CancellationToken cancel)
    {
        LinkedListNode<(int Share, TaskCompletionSource Room)> place;
        lock (_lock)
        {
            if (_waiting.Count == 0 && HasRoomFor(share))
            {
                _taken += share;
                return;
            }

            var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            place = _waiting.AddLast((share, room));
        }

        await using (cancel.Register(() => Leave(place, cancel)))
            await place.Value.Room.Task;
    }

    /// <summary>Takes a share where there is room for it and nobody waits.</summary>
    public bool TryTake(int share)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || !HasRoomFor(share))
                return false;
            _taken += share;
            return true;
        }
    }

    public void Return(int share)
    {
        lock (_lock)
        {
            _taken -= share;
            LetIn();
        }
    }

    private bool HasRoomFor(int share) => _taken == 0 || _taken + share <= bytes;

    private void Leave(LinkedListNode<(int Share, TaskCompletionSource Room)> place, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (place.List is null)
                return; // it was let in just now
            _waiting.Remove(place);
            LetIn(); // who stood behind a large one may fit
        }

        place.Value.Room.SetCanceled(cancel);
    }

    private void LetIn()
    {
        while (_waiting.First is { } first && HasRoomFor(first.Value.Share))
        {
            _waiting.RemoveFirst();
            _taken += first.Value.Share;
            first.Value.Room.SetResult();
        }
    }
}
