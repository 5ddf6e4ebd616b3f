using FuturesEos.EmbeddedKafka;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

internal sealed partial class TransactionalClient
{
    private async Task<bool> InitAsync()
    {
        while (true)
        {
            // who has an id says so (KIP-360), and is not fenced by another's question
            HasStrays = false;
            var answer = await AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
                "init",
                new()
                {
                    TransactionalId = TransactionalId,
                    TransactionTimeoutMs = _timeoutMs,
                    ProducerId = _producer,
                    ProducerEpoch = _epoch,
                },
                version: 5,
                answer => $"{answer.ErrorCode} {answer.ProducerId}/{answer.ProducerEpoch}",
                answer =>
                {
                    if (answer.ErrorCode == KafkaError.None) Run.Witness.Fence(answer.ProducerId, answer.ProducerEpoch);
                });
            switch (answer?.ErrorCode)
            {
                case null:
                case KafkaError.ConcurrentTransactions or KafkaError.CoordinatorNotAvailable:
                    await PauseAsync(300);
                    continue;
                case KafkaError.None:
                    (_producer, _epoch) = (answer.ProducerId, answer.ProducerEpoch);
                    return true;
                case KafkaError.ProducerFenced:
                    return false;
                default:
                    Run.Fail($"{Name}: an init is answered {answer.ErrorCode}");
                    return false;
            }
        }
    }

    /// <summary>Writes to one or two partitions in one request, again to those that did not take it.</summary>
    private async Task<Step> ProduceAsync(Work work)
    {
        var partitions = SomePartitions();
        var topic = partitions[0].Topic;
        if (!isSecondProtocol && await AddAsync(topic, partitions) is not Step.Done and var refused) return refused;
        var batches = partitions.ToDictionary(p => p.Partition, p => Batch(work, p));
        _isBegun = true;
        while (batches.Count > 0)
        {
            var answer = await AskAsync<ProduceRequest, ProduceResponse>(
                $"produce {work.Name}: {string.Join(", ", batches.Select(b => $"{topic}-{b.Key} {b.Value.Text}"))}",
                new()
                {
                    TransactionalId = TransactionalId,
                    Acks = -1,
                    TopicData =
                    [
                        new()
                        {
                            Name = topic,
                            PartitionData =
                            [
                                .. batches.Select(b => new ProduceRequest.PartitionProduceData
                                {
                                    Index = b.Key, Records = b.Value.Bytes,
                                }),
                            ],
                        },
                    ],
                },
                version: (short)(isSecondProtocol ? 12 : 11),
                Told);
            foreach (var partition in Answers(answer))
            {
                switch (partition.ErrorCode)
                {
                    case KafkaError.None:
                        if (topic == SimulatedBroker.Topic)
                            Acknowledge(work, partition.Index, partition.BaseOffset, batches[partition.Index].Values);
                        batches.Remove(partition.Index);
                        break;
                    case KafkaError.UnknownTopicOrPartition or KafkaError.OutOfOrderSequenceNumber
                        when topic == SimulatedBroker.SeldomTopic && Run.HasDeletedTopics:
                        // it was deleted, or is another one by now: what was sent has its numbers for nothing
                        HasStrays = true;
                        return Step.Abort;
                    case KafkaError.KafkaStorageError or KafkaError.NotEnoughReplicas
                        or KafkaError.ConcurrentTransactions or KafkaError.CoordinatorNotAvailable:
                        break;
                    case KafkaError.InvalidProducerEpoch or KafkaError.InvalidProducerIdMapping:
                        return Step.Fenced;
                    default:
                        Run.Fail($"{Name}: a write of {work.Name} is answered {partition.ErrorCode}");
                        return Step.Fenced;
                }
            }

            if (batches.Count == 0) break;
            await PauseAsync(200);
            if (Random.Next(3) > 0 || IsLast) continue;
            HasStrays = true;
            return Step.Abort;
        }

        return Step.Done;
    }

    private List<TopicPartition> SomePartitions()
    {
        if (Run.HasDeletedTopics && !IsLast && Random.Next(8) == 0)
            return [new(SimulatedBroker.SeldomTopic, Random.Next(2))];
        var shuffled = SimulatedBroker.AllPartitions.Select(p => new TopicPartition(SimulatedBroker.Topic, p))
            .OrderBy(_ => Random.Next());
        return [.. shuffled.Take(Random.Next(1, 3))];
    }

    private (byte[] Bytes, string Text, List<int> Values) Batch(Work work, TopicPartition partition)
    {
        var sequence = _sequences.GetValueOrDefault(partition);
        var values = Enumerable.Range(0, Random.Next(1, 4)).Select(_ => Run.Witness.NewValue(work, partition)).ToList();
        _sequences[partition] = sequence + values.Count;
        var bytes = BatchOf(values, _producer, _epoch, sequence, isTransactional: true);
        return (bytes, $"{string.Join('+', values)} sequence {sequence}", values);
    }

    private async Task<Step> AddAsync(string topic, List<TopicPartition> partitions)
    {
        if (partitions.All(_added.Contains)) return Step.Done;
        _isBegun = true;
        var step = await RepeatAsync(async () =>
        {
            var answer = await AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
                $"add {string.Join(", ", partitions)}",
                new()
                {
                    V3AndBelowTransactionalId = TransactionalId,
                    V3AndBelowProducerId = _producer,
                    V3AndBelowProducerEpoch = _epoch,
                    V3AndBelowTopics = [new() { Name = topic, Partitions = [.. partitions.Select(p => p.Partition)] }],
                },
                version: 3,
                answer => answer.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode);
            return answer?.ResultsByTopicV3AndBelow[0].ResultsByPartition[0].PartitionErrorCode;
        });
        if (step == Step.Done) _added.UnionWith(partitions);
        return step;
    }

    /// <summary>Positions as part of the transaction, in the name of some member of the group, or of nobody.</summary>
    private async Task<Step> SendOffsetsAsync(Work work)
    {
        _isBegun = true;
        if (!isSecondProtocol && !_hasAddedOffsets)
        {
            var added = await RepeatAsync(async () => (await AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(
                "add offsets",
                new()
                {
                    TransactionalId = TransactionalId,
                    ProducerId = _producer,
                    ProducerEpoch = _epoch,
                    GroupId = GroupMemberClient.Group,
                },
                version: 3,
                answer => answer.ErrorCode))?.ErrorCode);
            if (added != Step.Done) return added;
            _hasAddedOffsets = true;
        }

        var (of, position) = (SimulatedBroker.SomePosition(Random), Run.Witness.NewPosition(work));
        var (generation, member) = Run.SomeMember();
        var step = await RepeatAsync(
            async () => ErrorOf(await AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
            $"offset {of}={position} of {work.Name} in generation {generation}",
            new()
            {
                TransactionalId = TransactionalId,
                GroupId = GroupMemberClient.Group,
                ProducerId = _producer,
                ProducerEpoch = _epoch,
                GenerationId = generation,
                MemberId = member,
                Topics =
                [
                    new()
                    {
                        Name = of.Topic,
                        Partitions = [new() { PartitionIndex = of.Partition, CommittedOffset = position }],
                    },
                ],
            },
            version: (short)(isSecondProtocol ? 5 : 3),
            answer => ErrorOf(answer)!,
            answer => Run.Generations.CheckCommit("a transaction's positions", generation, ErrorOf(answer)!.Value))));
        if (step == Step.Done) work.Positions.Add(position);
        return step;
    }

    private static KafkaError? ErrorOf(TxnOffsetCommitResponse? answer) => answer?.Topics[0].Partitions[0].ErrorCode;

    private async Task<Step> RepeatAsync(Func<Task<KafkaError?>> ask)
    {
        while (true)
        {
            switch (await ask())
            {
                case KafkaError.None:
                    return Step.Done;
                case null:
                case KafkaError.ConcurrentTransactions or KafkaError.CoordinatorNotAvailable:
                    await PauseAsync(100);
                    continue;
                case KafkaError.ProducerFenced or KafkaError.InvalidProducerEpoch
                    or KafkaError.InvalidProducerIdMapping:
                    return Step.Fenced;
                case KafkaError.IllegalGeneration or KafkaError.UnknownMemberId:
                case KafkaError.UnknownTopicOrPartition when Run.HasDeletedTopics:
                    return Step.Abort;
                case var error:
                    Run.Fail($"{Name}: a request of a transaction is answered {error}");
                    return Step.Fenced;
            }
        }
    }

    private Task<EndTxnResponse?> EndOnceAsync(Work work, bool isCommit) => AskAsync<EndTxnRequest, EndTxnResponse>(
        $"{(isCommit ? "commit" : "abort")} {work.Name}",
        new()
        {
            TransactionalId = TransactionalId,
            ProducerId = _producer,
            ProducerEpoch = _epoch,
            Committed = isCommit,
        },
        version: (short)(isSecondProtocol ? 5 : 3),
        answer => answer.ErrorCode,
        answer =>
        {
            if (answer.ErrorCode != KafkaError.None) return;
            Run.Witness.End(work);
            if (isSecondProtocol) Run.Witness.Fence(answer.ProducerId, answer.ProducerEpoch);
        });
}
