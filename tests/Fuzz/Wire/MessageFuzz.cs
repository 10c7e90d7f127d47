using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Fuzz.Wire;

/// <summary>
/// Damaged inputs against every message family (a folder of Contracts/Wire: Session, Channels, Awareness ...). Whatever comes in, the
/// outcome is a value or an error, the memory is bounded by the input, and a value that was read can be written and read again.
/// New types join in by existing. SAMETIME_FUZZ_INPUTS and SAMETIME_FUZZ_SEED make it longer, or other.
/// </summary>
public sealed class MessageFuzz
{
    private static readonly int InputsPerFamily = Extent.Of("SAMETIME_FUZZ_INPUTS", 100_000);
    private static readonly int Seed = Extent.Of("SAMETIME_FUZZ_SEED", 1533);

    public static TheoryData<string> Families => [.. WireForm.All.Select(static form => form.Family).Distinct()];

    [Theory]
    [MemberData(nameof(Families))]
    public void DamagedInputIsAValueOrAnError(string family)
    {
        var forms = WireForm.All.Where(form => form.Family == family).ToList();
        var golden = forms.SelectMany(static form => VectorFile.Load(form.Type).Select(form.PartOf)).ToList();
        var mutator = new Mutator(Seed);
        var values = 0;
        for (var i = 0; i < InputsPerFamily; i++)
        {
            var form = forms[mutator.Next(forms.Count)];
            var input = mutator.Damage(golden);
            MessageLaws.WhateverReadsIsBoundedAndComesBack(form, input);
            if (form.Parse(input) is null)
                values++;
        }

        // A fuzzer whose inputs are all refused at the first field tests nothing.
        Assert.True(values > InputsPerFamily / 100, $"only {values} of {InputsPerFamily} inputs parsed");
    }
}
