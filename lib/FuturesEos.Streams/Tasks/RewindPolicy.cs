using Confluent.Kafka;
using FuturesEos.Streams.Errors;

namespace FuturesEos.Streams.Tasks;

/// <summary>
/// How soon after a rewind the next try comes, and when it is no use: a producer fenced again and again has a twin with
/// the same id.
/// </summary>
internal sealed class RewindPolicy(TimeProvider time, int fencesEachMinute)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Queue<long> _fences = new();
    private int _failuresInARow;
    private long _failedAt;

    public bool MayTryNow => _failuresInARow == 0 || time.GetElapsedTime(_failedAt) >= Pause;

    private TimeSpan Pause
    {
        get
        {
            // the first try comes at once
            var pause = FirstPause * (Math.Pow(2, Math.Min(_failuresInARow, 10) - 1) - 1);
            return pause < LongestPause ? pause : LongestPause;
        }
    }

    public void Succeeded() => _failuresInARow = 0;

    public void Failed(TransactionRewoundException failure, string transactionalId)
    {
        _failuresInARow++;
        _failedAt = time.GetTimestamp();
        var code = (failure.InnerException as KafkaException)?.Error.Code;
        if (code is not (ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.Local_Fenced))
            return;
        _fences.Enqueue(_failedAt);
        while (time.GetElapsedTime(_fences.Peek()) > TimeSpan.FromMinutes(1))
            _fences.Dequeue();
        if (_fences.Count >= fencesEachMinute)
            throw new StreamsFatalException(
                $"The producer {transactionalId} was fenced {_fences.Count} times within a minute: "
                    + "another process uses the same id. "
                    + "Give each instance its own --instance, or its own state folder.",
                failure);
    }
}
