using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker.History;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// A producer without transactions: each batch is sent again until it is acknowledged, and then is there once.
/// </summary>
internal sealed class IdempotentClient(SimulationRun run, string name) : ProducingClient(run, name)
{
    private readonly Dictionary<int, int> _sequences = [];

    protected override async Task LiveAsync()
    {
        var given = await InitAsync();
        for (; given is not { ErrorCode: KafkaError.None }; given = await InitAsync()) await PauseAsync(200);
        while (!Run.IsHealing) await WriteAsync(given.ProducerId, given.ProducerEpoch);
    }

    private Task<InitProducerIdResponse?> InitAsync() => AskAsync<InitProducerIdRequest, InitProducerIdResponse>(
        "init", new(), version: 5, answer => answer.ErrorCode);

    private async Task WriteAsync(long producer, short epoch)
    {
        var work = Run.Witness.Begin(Name);
        work.Outcome = Outcome.Unknown;
        var partition = Random.Next(SimulatedBroker.Partitions);
        var sequence = _sequences.GetValueOrDefault(partition);
        var values = Enumerable.Range(0, Random.Next(1, 4))
            .Select(_ => Run.Witness.NewValue(work, new(SimulatedBroker.Topic, partition))).ToList();
        _sequences[partition] = sequence + values.Count;
        var batch = BatchOf(values, producer, epoch, sequence, isTransactional: false);
        while (work.Outcome == Outcome.Unknown)
        {
            var answer = await AskAsync<ProduceRequest, ProduceResponse>(
                $"write {partition} {string.Join('+', values)} sequence {sequence}",
                new()
                {
                    Acks = -1,
                    TopicData =
                    [
                        new()
                        {
                            Name = SimulatedBroker.Topic,
                            PartitionData = [new() { Index = partition, Records = batch }],
                        },
                    ],
                },
                version: 9,
                Told);
            var told = answer?.Responses[0].PartitionResponses[0];
            if (told is { ErrorCode: KafkaError.None })
            {
                Acknowledge(work, partition, told.BaseOffset, values);
                work.Outcome = Outcome.Committed;
            }
            else if (told is not (null or { ErrorCode: KafkaError.KafkaStorageError }))
            {
                Run.Fail($"{Name}: a write is answered {told.ErrorCode}");
            }

            await PauseAsync(300);
        }
    }
}
