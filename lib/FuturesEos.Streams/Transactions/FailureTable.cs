using System.Collections.Frozen;
using Confluent.Kafka;

namespace FuturesEos.Streams.Transactions;

/// <summary>
/// From every error of Kafka and of its client to one <see cref="FailureClass"/>. The client's own verdict comes first
/// where it gives one (librdkafka INTRODUCTION.md, "Error handling": fatal, requires abort, retriable), since it knows
/// its state; codes alone decide the rest.
/// </summary>
public static class FailureTable
{
    private static readonly FrozenDictionary<ErrorCode, FailureClass> ByCode = Build();

    /// <summary>The class of a failure as the client threw it.</summary>
    public static FailureClass Of(KafkaException failure)
    {
        var byCode = Of(failure.Error.Code);
        return failure switch
        {
            // a person's business stays one, whatever the client would retry
            _ when byCode == FailureClass.Stop && failure is not KafkaRetriableException => FailureClass.Stop,
            { Error.IsFatal: true } => FailureClass.ReplaceProducerAndRewind,
            KafkaTxnRequiresAbortException =>
                byCode == FailureClass.ReplaceProducerAndRewind ? byCode : FailureClass.AbortAndRewind,
            KafkaRetriableException => FailureClass.RetrySameCall,
            _ => byCode,
        };
    }

    /// <summary>The class of a code alone; one that this version does not know stops the engine.</summary>
    public static FailureClass Of(ErrorCode code) => ByCode.GetValueOrDefault(code, FailureClass.Stop);

    /// <summary>
    /// A topic that is missing for a moment (metadata on its way, a topic made again) is waited for by those who read.
    /// </summary>
    internal static bool IsMissingTopic(ErrorCode code) =>
        code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    internal static bool Knows(ErrorCode code) => ByCode.ContainsKey(code);

    private static FrozenDictionary<ErrorCode, FailureClass> Build()
    {
        var table = new Dictionary<ErrorCode, FailureClass>();
        void Add(FailureClass failureClass, ErrorCode[] codes)
        {
            foreach (var code in codes)
                table.Add(code, failureClass);
        }

        Add(FailureClass.RetrySameCall, FailureCodes.Passing);
        Add(FailureClass.AbortAndRewind, FailureCodes.GroupMovedOn);
        Add(FailureClass.ReplaceProducerAndRewind, FailureCodes.ProducerIsOut);
        Add(FailureClass.Stop, FailureCodes.NeedsAPerson);
        return table.ToFrozenDictionary();
    }
}
