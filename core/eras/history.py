"""What there is to know about each era beyond its parameters: papers, who was first, what it could not do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class History:
    """`papers`: what the row follows; `before`: who had the idea first, with dates; `limit`: what the next one can."""

    papers: tuple[str, ...]
    before: str
    limit: str


HISTORY: dict[str, History] = {
    "scratch": History(
        (
            "Elman 1990, Finding structure in time",
            "Hochreiter and Schmidhuber 1997, Long short-term memory",
            "Collobert et al. 2011, Natural language processing (almost) from scratch",
        ),
        "Learning word vectors by backpropagation is as old as the name: Rumelhart, Hinton and Williams 1986 learned "
        "some for a family tree. By 2013 it was how networks for text were trained: all at once, from the labels.",
        "It knows only the words its labelled sentences hold, and a hundred sentences cannot teach thousands of "
        "vectors. The text without labels, which there is far more of, goes unread.",
    ),
    "word2vec": History(
        (
            "Mikolov et al. 2013, Efficient estimation of word representations in vector space",
            "Mikolov et al. 2013, Distributed representations of words and phrases and their compositionality",
            "Kim 2014, Convolutional neural networks for sentence classification",
        ),
        "Bengio et al. 2003 learned C inside a neural language model; Collobert and Weston 2008 reused one for other "
        "tasks; Turian et al. 2010 compared what there was. word2vec made it quick enough for everybody.",
        "A word has one vector, whatever the sentence: the play on stage is the play in a game. And how words make a "
        "sentence, W_e and W_h, is still learned from the labels alone.",
    ),
    "glove": History(
        ("Pennington, Socher and Manning 2014, GloVe: global vectors for word representation",),
        "Counting neighbours is the older way: latent semantic analysis, Deerwester et al. 1990. Levy and Goldberg "
        "2014 showed that word2vec's objective factorises such counts too.",
        "The same as word2vec's: one vector a word, and nothing about sentences.",
    ),
    "elmo": History(
        ("Peters et al. 2018, Deep contextualized word representations",),
        "States of a language model as features: Peters et al. 2017 (TagLM). From a translation model: McCann et al. "
        "2017 (CoVe). Vectors of contexts: Melamud et al. 2016 (context2vec).",
        "The language model stays as it is, and beside it a new recurrent network starts random: composition is "
        "learned twice, once from much text and once from few labels.",
    ),
    "ulmfit": History(
        ("Howard and Ruder 2018, Universal language model fine-tuning for text classification",),
        "Dai and Le 2015 started an LSTM classifier from a language model's parameters, on these very film reviews. "
        "ULMFiT in 2018 showed how to do it with few labels; Radford et al. 2018 (GPT) did it with a transformer.",
        "It reads word by word, so a long way lies between words that belong together; its two directions meet only "
        "in their answers; and its steps cannot be taken side by side, so it is slow to grow.",
    ),
    "bert": History(
        (
            "Devlin et al. 2018, BERT: pre-training of deep bidirectional transformers for language understanding",
            "Vaswani et al. 2017, Attention is all you need",
            "Wang et al. 2020, MiniLM: deep self-attention distillation for task-agnostic compression",
        ),
        "Fine-tuning all of a pretrained network: Dai and Le 2015, Howard and Ruder 2018, Radford et al. 2018. BERT "
        "made it the paradigm. The one here is smaller and later: MiniLM, 2020, distilled from BERT's line and then "
        "trained to tell sentences of like meaning from others (Reimers and Gurevych 2019 say how).",
        "It learned from far more text than the rows above, so its lead is not the architecture's alone. What came "
        "next needs no fine-tuning: larger language models are simply asked (Brown et al. 2020).",
    ),
    "prompt": History(
        (
            "Radford et al. 2019, Language models are unsupervised multitask learners",
            "Brown et al. 2020, Language models are few-shot learners",
            "Schick and Schütze 2021, Exploiting cloze questions for few-shot text classification (PET)",
            "Gao, Fisch and Chen 2021, Making pre-trained language models better few-shot learners (LM-BFF)",
            "Zhao et al. 2021, Calibrate before use",
            "Holtzman et al. 2021, Surface form competition",
        ),
        "A language model's own next word as the answer to a task: Radford et al. 2019 asked for summaries with "
        "`TL;DR:`. Trinh and Le 2018 had one choose what a pronoun means. The same idea with a learned head is older: "
        "Dai and Le 2015.",
        "The answer hangs on how one asks: another template, other words, another number. It can only say what its "
        "text has taught it to say; models this small know reviews and little else. And choosing a template by its "
        "accuracy is using labels.",
    ),
    "tfidf": History(
        (
            "Spärck Jones 1972, A statistical interpretation of term specificity",
            "Wang and Manning 2012, Baselines and bigrams: simple, good sentiment and topic classification",
        ),
        "How text was classified before networks, and what they had to beat.",
        "Two words that mean the same have nothing in common, and what stands further apart than a pair is lost.",
    ),
    "average": History(
        (
            "Iyyer et al. 2015, Deep unordered composition rivals syntactic methods for text classification",
            "Arora, Liang and Ma 2017, A simple but tough-to-beat baseline for sentence embeddings",
        ),
        "Adding up the vectors of words: Mitchell and Lapata 2008 measured what it is worth.",
        "It knows no order: not bad, but good is good, but not bad.",
    ),
    "random-lm": History(
        ("Wieting and Kiela 2019, No training required: exploring random encoders for sentence classification",),
        "States of networks that learned nothing: Jaeger 2001, echo state networks.",
        "Whatever elmo has beyond this row, its language models learned.",
    ),
    "scratch-matched": History(
        ("Dai and Le 2015, Semi-supervised sequence learning",),
        "The comparison that a claim about pretraining needs: the same network, the same schedule, without it.",
        "Whatever ulmfit has beyond this row, pretraining gave.",
    ),
}
