using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>Deletes old records now and then, sometimes all of them, sometimes more than there are.</summary>
internal sealed class DeletingClient(SimulationRun run, string name) : SimulatedClient(run, name)
{
    private const long UpToTheEnd = -1;

    public override bool IsMortal => false;

    protected override async Task LiveAsync()
    {
        while (!Run.IsHealing)
        {
            await PauseAsync(20_000);
            await DeleteAsync(Random.Next(SimulatedBroker.Partitions));
        }
    }

    private async Task DeleteAsync(int partition)
    {
        var (start, end) = Run.Witness.RangeOf(partition);
        var before = Random.Next(10) switch
        {
            0 => UpToTheEnd,
            1 => end + 1_000_000,
            _ => Random.NextInt64(start, end + 1),
        };
        var answer = await AskAsync<DeleteRecordsRequest, DeleteRecordsResponse>(
            $"delete {partition} before {before}",
            new()
            {
                Topics =
                [
                    new()
                    {
                        Name = SimulatedBroker.Topic,
                        Partitions = [new() { PartitionIndex = partition, Offset = before }],
                    },
                ],
            },
            version: 2,
            told => $"{Of(told).ErrorCode}, {Of(told).LowWatermark}",
            told => Check(partition, before, Of(told)));
    }

    // judged where the answer is made: what comes of it is due from there on, whether it arrives or not
    private void Check(int partition, long before, DeleteRecordsResponse.PartitionResult told)
    {
        var isBeyond = told.ErrorCode == KafkaError.OffsetOutOfRange;
        if (told.ErrorCode == KafkaError.None && told.LowWatermark >= before)
            Run.Witness.Delete(partition, told.LowWatermark);
        else if (!(told.ErrorCode == KafkaError.KafkaStorageError || (isBeyond && before > Run.Witness.RangeOf(partition).End)))
            Run.Fail($"{Name}: {partition} deleted before {before} is answered {told.ErrorCode}, {told.LowWatermark}");
    }

    private static DeleteRecordsResponse.PartitionResult Of(DeleteRecordsResponse answer) =>
        answer.Topics[0].Partitions[0];
}
