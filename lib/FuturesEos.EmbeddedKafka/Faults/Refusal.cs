using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Faults;

/// <summary>Answers that say an error and nothing else.</summary>
internal static class Refusal
{
    /// <summary>The answer to a request that is not carried out.</summary>
    /// <exception cref="ProtocolException">The API's answers have no error of their own.</exception>
    public static IProtocolStruct Of(IProtocolStruct request, KafkaError error) => request switch
    {
        ProduceRequest produce => Of(produce, error),
        AddPartitionsToTxnRequest add => Of(add, error),
        TxnOffsetCommitRequest commit => Of(commit, error),
        InitProducerIdRequest => new InitProducerIdResponse { ErrorCode = error, ProducerId = -1, ProducerEpoch = -1 },
        AddOffsetsToTxnRequest => new AddOffsetsToTxnResponse { ErrorCode = error },
        EndTxnRequest => new EndTxnResponse { ErrorCode = error },
        JoinGroupRequest join =>
            new JoinGroupResponse { ErrorCode = error, MemberId = join.MemberId, GenerationId = -1 },
        SyncGroupRequest => new SyncGroupResponse { ErrorCode = error },
        HeartbeatRequest => new HeartbeatResponse { ErrorCode = error },
        OffsetFetchRequest fetch => Of(fetch, error),
        FetchRequest => new FetchResponse { ErrorCode = error },
        _ => throw new ProtocolException($"planned fault: {request.GetType().Name} cannot be refused with {error}"),
    };

    private static ProduceResponse Of(ProduceRequest request, KafkaError error) => new()
    {
        Responses =
        [
            .. request.TopicData.Select(topic => new ProduceResponse.TopicProduceResponse
            {
                Name = topic.Name,
                PartitionResponses =
                [
                    .. topic.PartitionData.Select(p => new ProduceResponse.PartitionProduceResponse
                    {
                        Index = p.Index, ErrorCode = error, BaseOffset = -1,
                    }),
                ],
            }),
        ],
    };

    private static AddPartitionsToTxnResponse Of(AddPartitionsToTxnRequest request, KafkaError error) => new()
    {
        ResultsByTopicV3AndBelow =
        [
            .. request.V3AndBelowTopics.Select(topic => new AddPartitionsToTxnResponse.TopicResult
            {
                Name = topic.Name,
                ResultsByPartition =
                [
                    .. topic.Partitions.Select(p => new AddPartitionsToTxnResponse.PartitionResult
                    {
                        PartitionIndex = p, PartitionErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    private static OffsetFetchResponse Of(OffsetFetchRequest request, KafkaError error) => new()
    {
        ErrorCode = error,
        Groups =
        [
            .. request.Groups.Select(group => new OffsetFetchResponse.Group
            {
                GroupId = group.GroupId, ErrorCode = error,
            }),
        ],
    };

    private static TxnOffsetCommitResponse Of(TxnOffsetCommitRequest request, KafkaError error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new TxnOffsetCommitResponse.Topic
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(p => new TxnOffsetCommitResponse.Partition
                    {
                        PartitionIndex = p.PartitionIndex, ErrorCode = error,
                    }),
                ],
            }),
        ],
    };
}
