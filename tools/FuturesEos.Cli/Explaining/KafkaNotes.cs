using Confluent.Kafka;

namespace FuturesEos.Cli.Explaining;

/// <summary>Kafka's own names, and meanings that say more than the client's text.</summary>
internal static class KafkaNotes
{
    // where the client's name differs from the protocol's
    private static readonly Dictionary<ErrorCode, string> Names = new()
    {
        [ErrorCode.UnknownTopicOrPart] = "UNKNOWN_TOPIC_OR_PARTITION",
        [ErrorCode.NotLeaderForPartition] = "NOT_LEADER_OR_FOLLOWER",
        [ErrorCode.GroupCoordinatorNotAvailable] = "COORDINATOR_NOT_AVAILABLE",
        [ErrorCode.NotCoordinatorForGroup] = "NOT_COORDINATOR",
        [ErrorCode.GroupLoadInProgress] = "COORDINATOR_LOAD_IN_PROGRESS",
        [ErrorCode.MsgSizeTooLarge] = "MESSAGE_TOO_LARGE",
        [ErrorCode.InvalidMsg] = "CORRUPT_MESSAGE",
        [ErrorCode.TopicException] = "INVALID_TOPIC_EXCEPTION",
        [ErrorCode.NoError] = "NONE",
        [ErrorCode.Unknown] = "UNKNOWN_SERVER_ERROR",
    };

    private static readonly Dictionary<ErrorCode, string> Meanings = new()
    {
        [ErrorCode.ProducerFenced] =
            "another producer with the same transactional id has started (or the coordinator ended the transaction "
                + "after its timeout): this one is no longer its owner",
        [ErrorCode.InvalidProducerEpoch] =
            "this producer's epoch is not the current one: it was fenced by a newer owner of its transactional id, or "
                + "by the coordinator when the transaction timed out",
        [ErrorCode.InvalidTxnState] =
            "client and coordinator disagree about where the transaction is, often since the coordinator "
                + "aborted it after its timeout",
        [ErrorCode.InvalidProducerIdMapping] =
            "the coordinator no longer knows this producer under its transactional id; ids that are idle for "
                + "seven days are forgotten",
        [ErrorCode.ConcurrentTransactions] = "the markers of the transaction before are still being written",
        [ErrorCode.OutOfOrderSequenceNumber] = "a batch is missing before this one: an earlier one was lost or refused",
        [ErrorCode.UnknownProducerId] = "the partition has no memory of this producer: its records have been deleted",
        [ErrorCode.IllegalGeneration] =
            "the group has rebalanced since: these offsets belong to an earlier generation, and somebody else "
                + "may own the partitions",
        [ErrorCode.UnknownMemberId] =
            "the group has thrown this member out, usually since it did not poll or send a heartbeat in time",
        [ErrorCode.RebalanceInProgress] = "the group is being rebalanced",
        [ErrorCode.FencedInstanceId] = "another process has joined with the same static member id",
        [ErrorCode.UnstableOffsetCommit] =
            "an open transaction holds offsets of this partition: whether they count is known when it ends",
        [ErrorCode.NotCoordinatorForGroup] =
            "the coordinator of this group or transactional id has moved to another broker",
        [ErrorCode.NotEnoughReplicas] =
            "fewer replicas are in sync than min.insync.replicas asks for: the record was not taken",
        [ErrorCode.NotEnoughReplicasAfterAppend] =
            "the record was taken, and then fewer replicas were in sync than min.insync.replicas asks for",
        [ErrorCode.InvalidTransactionTimeout] =
            "the transaction timeout is above the broker's transaction.max.timeout.ms",
        [ErrorCode.InvalidTimestamp] =
            "the record's timestamp is further ahead than message.timestamp.after.max.ms allows: a wrong clock, or a "
                + "topic without the declared setting",
        [ErrorCode.OffsetOutOfRange] =
            "the offset asked for is not in the log: its records were deleted by retention, or the topic was made anew",
        [ErrorCode.UnknownTopicOrPart] =
            "there is no such topic or partition; nothing here is created automatically but what the services declare",
        [ErrorCode.TransactionCoordinatorFenced] = "a marker came from a coordinator that is no longer one",
        [ErrorCode.Local_MsgTimedOut] = "a record was not delivered within message.timeout.ms",
        [ErrorCode.Local_TimedOut] = "no answer in time: the outcome is unknown",
        [ErrorCode.Local_Fatal] = "the client's producer has failed for good; its inner error says why",
        [ErrorCode.Local_AllBrokersDown] = "no broker can be reached",
    };

    /// <summary>
    /// The protocol's name, <c>PRODUCER_FENCED</c>; the client's own errors as librdkafka names them.
    /// </summary>
    public static string NameOf(ErrorCode code)
    {
        if (Names.TryGetValue(code, out var name)) return name;
        var words = code.ToString().Replace("Local_", "_", StringComparison.Ordinal);
        return string.Concat(words.Select((c, i) => i > 0 && char.IsUpper(c) && char.IsLower(words[i - 1])
            ? "_" + c : char.ToUpperInvariant(c).ToString()));
    }

    /// <summary>What happened.</summary>
    public static string MeaningOf(ErrorCode code) =>
        Meanings.TryGetValue(code, out var meaning) ? meaning : new Error(code).Reason;
}
