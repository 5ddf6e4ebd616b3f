using FuturesEos.EmbeddedKafka.Network;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// The memory that one fetch may take for the records it reads, of the budget of all answers. A fetch that got nothing
/// waits for its turn with <see cref="WaitAsync"/> and then reads again; one that got something is answered with that.
/// So that clients who do not take their answers cannot stop the others, a little is given to each fetch uncounted.
/// </summary>
/// <param name="budget">What all answers share.</param>
/// <param name="uncountedBytes">What a fetch gets when the budget is used up.</param>
internal sealed class ReadGrant(RequestBudget budget, int uncountedBytes)
{
    private int _inHand;
    private int _missing;
    private bool _hasUncounted;

    /// <summary>Less was read than was there, since there was no memory for it.</summary>
    public bool IsShort => _missing > 0;

    /// <summary>Takes memory if it is to be had at once, or the little that each fetch gets once; else none.</summary>
    /// <param name="bytes">What is wanted.</param>
    /// <param name="share">What of it counts, and is to be given back.</param>
    /// <returns>What may be read.</returns>
    public int Take(int bytes, out int share)
    {
        share = bytes;
        if (bytes <= _inHand)
        {
            _inHand -= bytes;
            return bytes;
        }

        if (!IsShort && budget.TryTake(bytes))
            return bytes;
        _missing = Math.Max(_missing, bytes);
        share = 0;
        if (_hasUncounted)
            return 0;
        _hasUncounted = true;
        return Math.Min(bytes, uncountedBytes);
    }

    /// <summary>What was taken is not needed after all: the next one of this fetch takes it first.</summary>
    public void PutBack(int share) => _inHand += share;

    /// <summary>The records were sent.</summary>
    public void Return(int share) => budget.Return(share);

    /// <summary>Waits until what was missing is there.</summary>
    public async ValueTask WaitAsync(CancellationToken closing)
    {
        GiveBack();
        await budget.TakeAsync(_missing, closing);
        (_inHand, _missing, _hasUncounted) = (_missing, 0, false);
    }

    /// <summary>Gives back what is in hand and was not used.</summary>
    public void GiveBack()
    {
        if (_inHand > 0)
            budget.Return(_inHand);
        _inHand = 0;
    }
}
