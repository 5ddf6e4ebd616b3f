namespace FuturesEos.Streams.Tasks;

/// <summary>How far apart live commits lie, and the questions for the ends of partitions that go with them.</summary>
internal sealed class CommitPace(StreamsOptions options, TimeProvider time)
{
    private static readonly TimeSpan LongestQuestionSpacing = TimeSpan.FromMilliseconds(100);

    private long _lastCommit;
    private long _lastQuestion;
    private TimeSpan _took;

    /// <summary>
    /// Until the next live commit. Those that take long, on brokers that are busy, come less often: at most half of the
    /// time goes into them.
    /// </summary>
    public TimeSpan CommitDue =>
        Within(options.EagerCommitSpacing, options.CommitInterval) - time.GetElapsedTime(_lastCommit);

    /// <summary>
    /// Until the next question. What is taken earlier than the next commit may come is not seen earlier: hardly more
    /// questions than commits.
    /// </summary>
    public TimeSpan QuestionDue =>
        Within(StreamsOptions.DefaultEagerCommitSpacing, LongestQuestionSpacing) - time.GetElapsedTime(_lastQuestion);

    public void Asked() => _lastQuestion = time.GetTimestamp();

    public void Committed(long begun)
    {
        _lastCommit = time.GetTimestamp();
        _took = time.GetElapsedTime(begun, _lastCommit);
    }

    private TimeSpan Within(TimeSpan least, TimeSpan most) => _took < least ? least : _took > most ? most : _took;
}
